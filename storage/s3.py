"""Where an S3 server is, and a client that gives up on it within seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

import certifi
import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from digitize.errors import Misconfigured, StoreUnavailable
from storage.settings import Settings

CONNECT_S = 2.0
"""Seconds to wait for a connection."""
SILENCE_S = 8.0
"""Seconds to wait for the next bytes of an answer."""


@dataclass(frozen=True, slots=True)
class S3Place:
    """Where the bucket is and who we are there."""

    endpoint: str
    """host:port."""
    bucket: str
    """Name of the bucket; made when missing."""
    access_key: str
    secret_key: str = field(repr=False)
    secure: bool = True
    """Speak TLS."""
    region: str = "us-east-1"
    """Named in the signature of each request."""
    locked: bool = False
    """Make a missing bucket with object lock (and so with versions)."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Take what the settings name; :class:`Settings` has made sure that it is complete."""
        secret = settings.s3_secret_key
        return cls(
            endpoint=settings.s3_endpoint or "",
            bucket=settings.s3_bucket,
            access_key=settings.s3_access_key or "",
            secret_key="" if secret is None else secret.get_secret_value(),
            secure=settings.s3_secure,
            region=settings.s3_region,
            locked=settings.s3_lock_days > 0,
        )

    @classmethod
    def of_backups(cls, settings: Settings) -> Self:
        """Take the server of the backups.

        Raises:
            Misconfigured: the settings do not name it.
        """
        secret = settings.backup_s3_secret_key
        if settings.backup_s3_endpoint is None or settings.backup_s3_access_key is None or secret is None:
            raise Misconfigured(
                "thiếu SOHOA_BACKUP_S3_ENDPOINT, SOHOA_BACKUP_S3_ACCESS_KEY hoặc SOHOA_BACKUP_S3_SECRET_KEY",
                remedy="Hãy đặt đủ ba biến đó, hoặc sao lưu vào một thư mục.",
            )
        return cls(
            endpoint=settings.backup_s3_endpoint,
            bucket=settings.backup_s3_bucket,
            access_key=settings.backup_s3_access_key,
            secret_key=secret.get_secret_value(),
            secure=settings.backup_s3_secure,
            region=settings.s3_region,
        )


def s3_client(place: S3Place) -> Minio:
    """Build a client that gives up within seconds; the work is retried by the queue, not by the SDK."""
    pool = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_S, read=SILENCE_S),
        retries=urllib3.Retry(total=1, backoff_factor=0.2),
        maxsize=10,
        cert_reqs="CERT_REQUIRED",
        ca_certs=os.environ.get("SSL_CERT_FILE") or certifi.where(),
    )
    return Minio(
        place.endpoint,
        access_key=place.access_key,
        secret_key=place.secret_key,
        secure=place.secure,
        region=place.region,
        http_client=pool,
    )


@contextmanager
def s3_unavailable() -> Iterator[None]:
    """Turn everything but an S3 error code into an unavailable store."""
    try:
        yield
    except S3Error:
        raise
    except (MinioException, HTTPError, OSError) as error:
        raise StoreUnavailable(f"máy chủ S3: {type(error).__name__}") from error
