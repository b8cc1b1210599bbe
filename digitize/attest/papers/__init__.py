"""The papers around a certification, as PDF/A-2b: refusal, appointment, receipt, and the book as it is bound."""
