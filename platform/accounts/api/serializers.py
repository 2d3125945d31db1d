from __future__ import annotations

from rest_framework import serializers


class OrganisationResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField(help_text="studio, vendor, union or agency")
    slug = serializers.SlugField()
    roles = serializers.ListField(child=serializers.CharField(), help_text="Yours there.")


class TokenOrder(serializers.Serializer[object]):
    """`organisation` is an id or a slug and may be left out by a person who belongs to just one."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=1024, trim_whitespace=False)
    organisation = serializers.CharField(max_length=60, required=False, default="")
    label = serializers.CharField(  # type: ignore[assignment]  # hides an attribute that no serializer here uses
        max_length=80, required=False, allow_blank=True, default=""
    )


class TokenResource(serializers.Serializer[object]):
    token_key = serializers.CharField(help_text="The readable beginning of the token.")
    label = serializers.CharField()  # type: ignore[assignment]  # as above
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class IssuedTokenResource(TokenResource):
    token = serializers.CharField(help_text="The secret, told this once.")
