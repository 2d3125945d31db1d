from __future__ import annotations

from django.db import models


class SignInFailure(models.Model):
    """One failed sign-in, under keyed digests: who was meant and from where stays unreadable.

    Belongs to no organisation, because nobody is signed in yet. Old rows go when new ones come.
    """

    address_digest = models.CharField(max_length=64)
    origin_digest = models.CharField(max_length=64)
    failed_at = models.DateTimeField()

    class Meta:
        ordering = ["-failed_at"]
        indexes = [
            models.Index(fields=["origin_digest", "failed_at"], name="accounts_failure_origin"),
            models.Index(fields=["failed_at"], name="accounts_failure_time"),
        ]

    def __str__(self) -> str:
        return f"{self.failed_at:%Y-%m-%d %H:%M:%S}"
