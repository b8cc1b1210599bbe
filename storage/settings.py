"""The settings of sohoa: one class, one reader of the environment.

Every setting is an environment variable ``SOHOA_<NAME>``; a file named by ``SOHOA_<NAME>_FILE`` is read instead for the
secrets (so that they need not stand in the environment). No secret has a default. ``SOHOA_DATA`` alone is enough for
the embedded service: SQLite, a folder of objects and a private Redis on a unix socket, all under that folder.
"""

from __future__ import annotations

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from digitize.errors import Misconfigured

SECRETS = (
    "database_url",
    "redis_url",
    "s3_secret_key",
    "backup_s3_secret_key",
    "smtp_password",
    "webhook_key",
    "oidc_client_secret",
)

Network = IPv4Network | IPv6Network


class Settings(BaseSettings):
    """Everything that may be set from outside."""

    model_config = SettingsConfigDict(env_prefix="SOHOA_", extra="forbid", frozen=True)

    data: Annotated[Path, Field(description="Folder of the embedded service; made when missing.")] = Path(".sohoa")
    database_url: Annotated[
        SecretStr | None, Field(description="SQLAlchemy URL; default: SQLite in the data folder.")
    ] = None
    redis_url: Annotated[
        SecretStr | None, Field(description="redis:// or unix:// URL; default: unix socket in the data folder.")
    ] = None
    objects: Annotated[
        Literal["folder", "s3"], Field(description="Where objects are kept: a folder or an S3 server.")
    ] = "folder"
    objects_folder: Annotated[Path | None, Field(description="Default: `objects` in the data folder.")] = None
    s3_endpoint: Annotated[str | None, Field(description="host:port of the S3 server.")] = None
    s3_bucket: Annotated[str, Field(description="Name of the bucket.")] = "sohoa"
    s3_access_key: Annotated[str | None, Field(description="Access key of the S3 server.")] = None
    s3_secret_key: Annotated[SecretStr | None, Field(description="Secret key of the S3 server.")] = None
    s3_secure: Annotated[bool, Field(description="Speak TLS to the S3 server.")] = True
    s3_region: Annotated[str, Field(description="Region named in requests.")] = "us-east-1"
    s3_lock_days: Annotated[
        int, Field(ge=0, description="Days of object lock for released revisions where the bucket has it; 0: none.")
    ] = 0
    backup_s3_endpoint: Annotated[str | None, Field(description="host:port of the S3 server that takes backups.")] = (
        None
    )
    backup_s3_bucket: Annotated[str, Field(description="Name of its bucket.")] = "sohoa-backup"
    backup_s3_access_key: Annotated[str | None, Field(description="Access key of the backup server.")] = None
    backup_s3_secret_key: Annotated[SecretStr | None, Field(description="Secret key of the backup server.")] = None
    backup_s3_secure: Annotated[bool, Field(description="Speak TLS to the backup server.")] = True
    trust: Annotated[Path | None, Field(description="Folder of trusted root certificates (PEM or DER).")] = None
    keyring: Annotated[
        Path | None,
        Field(description="Keyring (file or folder): where the signing keys lie; for the sealing worker only."),
    ] = None
    tsa_url: Annotated[str | None, Field(description="RFC 3161 timestamp authority.")] = None
    tsa_timeout_s: Annotated[float, Field(gt=0, description="Seconds to wait for a timestamp.")] = 180.0
    tsa_rest_s: Annotated[
        int, Field(gt=0, description="Seconds for which an authority that does not answer is left in peace.")
    ] = 30
    tsa_at_once: Annotated[int, Field(ge=1, le=16, description="Timestamps that are asked for at the same time.")] = 4
    archive_timestamp: Annotated[
        bool, Field(description="Give a sealed file an archive timestamp at once (PAdES B-LTA), not when it fades.")
    ] = False
    form_of_copy: Annotated[str, Field(description="Wording on the agency's signature (NĐ 30/2020 Art 25).")] = "SAO Y"
    verify_max_bytes: Annotated[int, Field(gt=0, description="Largest file that anybody may have verified, bytes.")] = (
        32 * 1024 * 1024
    )
    verify_wait_s: Annotated[float, Field(ge=0, description="Seconds to wait for the answer on a file.")] = 15
    verify_wall_s: Annotated[float, Field(gt=0, description="Seconds to verify one file at most.")] = 20.0
    verify_memory_bytes: Annotated[int, Field(gt=0, description="Address space of a verifying child, bytes.")] = 1024**3
    verify_per_address: Annotated[
        int, Field(gt=0, description="Verifications in ten minutes for one address, or one person.")
    ] = 30
    verify_per_client: Annotated[int, Field(gt=0, description="Verifications in ten minutes for one system.")] = 600
    verify_waiting: Annotated[int, Field(gt=0, description="Files that may wait to be verified at once.")] = 200
    webhook_key: Annotated[
        SecretStr | None,
        Field(description="What the keys of webhooks come from, one a line, newest first; default: a file of its own."),
    ] = None
    webhook_networks: Annotated[
        str, Field(description="Private networks in which endpoints of webhooks may lie: `10.20.0.0/16, 127.0.0.0/8`.")
    ] = ""
    connectors: Annotated[
        Path | None,
        Field(description="Folder of the secret files of connectors to portals; for the exchange worker only."),
    ] = None
    exchange_networks: Annotated[
        str, Field(description="Private networks in which portals may lie: `10.20.0.0/16, 127.0.0.0/8`.")
    ] = ""
    public_url: Annotated[
        str | None,
        Field(pattern=r"^https?://[^\s/?#]+$", description="Where anybody finds the pages; stands in every QR."),
    ] = None
    qr_key: Annotated[
        Path | None,
        Field(description="P-256 key (PEM) that signs the QR of certified copies; for the sealing worker only."),
    ] = None
    link_days: Annotated[int, Field(ge=1, le=365, description="Days that a download link of a copy holds.")] = 30
    lookups_per_address: Annotated[
        int, Field(gt=0, description="Look-ups of certified copies in ten minutes for one address.")
    ] = 60
    reuse_link_minutes: Annotated[
        int, Field(ge=1, le=60, description="Minutes that a link to the file of a reused result holds.")
    ] = 10
    client_per_minute: Annotated[
        int, Field(gt=0, description="Requests in a minute for one system that has no limit of its own.")
    ] = 3000
    client_certificate_header: Annotated[
        str | None,
        Field(description="Header in which a trusted proxy hands a system's TLS certificate over (RFC 9440 or PEM)."),
    ] = None
    trusted_proxies: Annotated[
        str, Field(description="Addresses whose header is believed: `10.0.0.5/32, 127.0.0.1`.")
    ] = ""
    tls_certificate: Annotated[Path | None, Field(description="Own certificate (PEM): the API speaks TLS itself.")] = (
        None
    )
    tls_key: Annotated[Path | None, Field(description="Key of the own certificate (PEM).")] = None
    tls_client_ca: Annotated[
        Path | None, Field(description="Authorities (PEM) whose certificates systems may show (RFC 8705).")
    ] = None
    oidc_issuer: Annotated[
        str | None,
        Field(pattern=r"^https?://[^\s?#]+$", description="Identity provider of people (OpenID Connect); none: none."),
    ] = None
    oidc_client_id: Annotated[str, Field(description="What the identity provider knows this service as.")] = ""
    oidc_client_secret: Annotated[SecretStr | None, Field(description="Its secret there.")] = None
    oidc_claim: Annotated[str, Field(description="Claim that names a person; linked by an administrator.")] = "sub"
    oidc_name: Annotated[str, Field(description="What the button on the login page says.")] = "Đăng nhập một lần"
    password_login: Annotated[bool, Field(description="People may log in by password; off: by OIDC alone.")] = True
    smtp_host: Annotated[str | None, Field(description="Mail server; none or empty: copies go out by link alone.")] = (
        None
    )
    smtp_port: Annotated[int, Field(gt=0, lt=65536, description="Port of the mail server.")] = 587
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"], Field(description="How the mail server is spoken to.")
    ] = "starttls"
    smtp_sender: Annotated[str, Field(description="Sender of the service's e-mails.")] = ""
    smtp_username: Annotated[str | None, Field(description="Account at the mail server.")] = None
    smtp_password: Annotated[SecretStr | None, Field(description="Its password.")] = None
    one_stop_paid: Annotated[
        str,
        Field(
            pattern=r"^(\w+=[123](,\w+=[123])*)?$",
            description="Values of DuocThanhToanTrucTuyen and where they mean the fee was paid (1 counter, 2 province, "
            "3 national portal): `1=2,3=3`; sources disagree, so what is not named stays the source's claim.",
        ),
    ] = ""
    one_stop_population: Annotated[
        str, Field(description="Values of MaCSDL that mean the population database, with commas between.")
    ] = ""
    indicator_thresholds: Annotated[
        str,
        Field(
            pattern=r"^([\w.]+=\d{1,3}(,[\w.]+=\d{1,3})*)?$",
            description="Shares (percent) that win an indicator's full score, where they are read otherwise: `4.2=80`.",
        ),
    ] = ""
    upload_max_bytes: Annotated[int, Field(gt=0, description="Largest accepted scan, bytes.")] = 512 * 1024 * 1024
    read_wall_s: Annotated[float, Field(gt=0, description="Wall-clock seconds to read one page at most.")] = 60.0
    read_memory_bytes: Annotated[int, Field(gt=0, description="Address space of a reading child, bytes.")] = 3 * 1024**3
    lease_s: Annotated[float, Field(gt=0, description="Seconds after which a silent worker's work is given away.")] = (
        30.0
    )
    tidy_s: Annotated[
        float, Field(gt=0, description="Seconds between two clean-ups: of sent files, old sessions, silent parts.")
    ] = 60.0
    session_hours: Annotated[float, Field(gt=0, description="Hours until a person must log in again.")] = 10.0
    reauth_minutes: Annotated[
        float, Field(gt=0, description="Minutes after which signing asks for the password again.")
    ] = 10.0
    agent_port: Annotated[
        int, Field(ge=1024, le=65535, description="Port of the signing agent at people's own machines (127.0.0.1).")
    ] = 14790
    second_factor: Annotated[
        Literal["offered", "required"],
        Field(description="Whether who signs must have a second factor (code or passkey), or may."),
    ] = "offered"
    token_minutes: Annotated[float, Field(gt=0, description="Minutes that a system's access token lives.")] = 60.0
    demonstration: Annotated[
        bool,
        Field(description="Signatures come from the development PKI: every page says that they have no legal value."),
    ] = False
    secure_cookies: Annotated[bool, Field(description="Session cookies over TLS only; off on loopback.")] = True
    api_host: Annotated[str, Field(description="Address the API listens on.")] = "127.0.0.1"
    api_port: Annotated[int, Field(gt=0, lt=65536, description="Port the API listens on.")] = 8000
    metrics_folder: Annotated[Path | None, Field(description="Default: `run/metrics` in the data folder.")] = None
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Field(description="Of the structured log.")] = (
        "info"
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.objects == "s3":
            missing = [
                name for name in ("s3_endpoint", "s3_access_key", "s3_secret_key") if getattr(self, name) is None
            ]
            if missing:
                raise ValueError("thiếu " + ", ".join(f"SOHOA_{name.upper()}" for name in missing))
        if self.smtp_host and "@" not in self.smtp_sender:
            raise ValueError("thiếu SOHOA_SMTP_SENDER, địa chỉ gửi thư")
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret and self.public_url):
            raise ValueError("thiếu SOHOA_OIDC_CLIENT_ID, SOHOA_OIDC_CLIENT_SECRET hoặc SOHOA_PUBLIC_URL")
        if not self.password_login and not self.oidc_issuer:
            raise ValueError("SOHOA_PASSWORD_LOGIN chỉ tắt được khi có SOHOA_OIDC_ISSUER")
        if self.client_certificate_header and not self.proxies:
            raise ValueError("thiếu SOHOA_TRUSTED_PROXIES: không tin tiêu đề chứng thư từ mọi nơi")
        if bool(self.tls_certificate) != bool(self.tls_key) or (self.tls_client_ca and not self.tls_certificate):
            raise ValueError("SOHOA_TLS_CERTIFICATE và SOHOA_TLS_KEY phải đi cùng nhau, SOHOA_TLS_CLIENT_CA cần cả hai")
        self.inside, self.portals_inside  # noqa: B018  # raise where they name no network
        return self

    @property
    def inside(self) -> tuple[Network, ...]:
        """Private networks in which endpoints of webhooks may lie."""
        return _networks(self.webhook_networks)

    @property
    def portals_inside(self) -> tuple[Network, ...]:
        """Private networks in which portals may lie."""
        return _networks(self.exchange_networks)

    @property
    def connector_folder(self) -> Path:
        """Folder of the secret files of connectors."""
        return self.connectors or self.data / "connectors"

    @property
    def proxies(self) -> tuple[Network, ...]:
        """Addresses of proxies whose word on a client's certificate is believed."""
        return _networks(self.trusted_proxies)

    @property
    def paid_at(self) -> dict[str, int]:
        """Where a value of DuocThanhToanTrucTuyen means that the fee was paid."""
        pairs = (one.split("=") for one in self.one_stop_paid.split(",") if one)
        return {value: int(where) for value, where in pairs}

    @property
    def population_sources(self) -> tuple[str, ...]:
        """Values of MaCSDL that mean the population database."""
        return tuple(one.strip() for one in self.one_stop_population.split(",") if one.strip())

    @property
    def pages(self) -> str:
        """Where anybody finds the public pages, without a slash at the end."""
        return self.public_url or f"http://{self.api_host}:{self.api_port}"

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the registry."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data.absolute() / 'registry.sqlite'}"

    @property
    def redis(self) -> str:
        """URL of the queue."""
        if self.redis_url is not None:
            return self.redis_url.get_secret_value()
        return f"unix://{self.data.absolute() / 'run' / 'redis.sock'}"

    @property
    def object_folder(self) -> Path:
        """Folder of the folder store."""
        return self.objects_folder or self.data / "objects"

    @property
    def metrics(self) -> Path:
        """Folder in which the processes share their counters."""
        return self.metrics_folder or self.data / "run" / "metrics"


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        Misconfigured: a variable is unknown, missing or has a value that cannot be used.
    """
    known = {f"SOHOA_{name.upper()}" for name in Settings.model_fields}
    files = {f"SOHOA_{name.upper()}_FILE": name for name in SECRETS}
    unknown = sorted(name for name in os.environ if name.startswith("SOHOA_") and name not in known | files.keys())
    if unknown:
        raise Misconfigured(f"biến môi trường lạ {', '.join(unknown)}")
    try:
        secrets = {
            field: Path(os.environ[variable]).read_text(encoding="utf-8").strip()
            for variable, field in files.items()
            if variable in os.environ
        }
        return Settings(**secrets)  # type: ignore[arg-type]  # pydantic turns the text into SecretStr
    except ValidationError as error:
        told = "; ".join(
            f"SOHOA_{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
            for problem in error.errors()
        )
        raise Misconfigured(told) from error
    except OSError as error:
        raise Misconfigured(f"không đọc được tệp bí mật {error.filename}") from error
