"""What the lanes do with certified copies: read, sign, seal, timestamp, hand out."""
