from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember, has_role
from accounts.values import Role
from core import clock
from core.pagination import Pages
from licensing.api.order_serializer import DecisionOrder
from licensing.api.question_serializers import QuestionResource, QuestionsAsked
from licensing.api.serializers import (
    AliasOrder,
    ConfirmationOrder,
    ConfirmedRuleResource,
    ConsentOrder,
    ConsentResource,
    DecisionResource,
    EngagementOrder,
    EngagementResource,
    PerformerOrder,
    PerformerResource,
    RulePackResource,
    StrikeOrder,
    StrikesResource,
    WithdrawalOrder,
)
from licensing.doors import (
    MAY_ASK,
    MAY_CALL_A_STRIKE,
    MAY_CONFIRM,
    MAY_RECORD,
    MAY_REGISTER,
    MAY_WITHDRAW,
    SEES_EVERYBODY,
)
from licensing.operations.confirmations import confirm_pack, confirm_rule
from licensing.operations.consents import record_consent, withdraw_consent
from licensing.operations.engagements import engage
from licensing.operations.gate import decide_use
from licensing.operations.performers import add_alias, register_performer
from licensing.operations.strikes import set_strike
from licensing.queries import (
    consent_card,
    consent_cards,
    decision_card,
    engagement_cards,
    performer_card,
    performers,
    strikes_now,
)
from licensing.questions import question_cards
from licensing.rule_cards import rule_pack_card
from licensing.values import Agreement


class Door(APIView):
    """Every member reads; `writers` write, or every member where none is named."""

    writers: tuple[Role, ...] = MAY_REGISTER

    def get_permissions(self) -> list[BasePermission]:
        reads = self.request.method in SAFE_METHODS
        return [IsMember() if reads or not self.writers else has_role(*self.writers)()]


class Performers(Door):
    @extend_schema(operation_id="performers_list", responses=PerformerResource(many=True))
    def get(self, request: Request) -> Response:
        """The register, by name."""
        actor, pages = acting(request), Pages()
        cards = performers(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
        return pages.get_paginated_response(
            PerformerResource(pages.paginate_queryset(cards, request), many=True).data
        )

    @extend_schema(
        operation_id="performers_register", request=PerformerOrder, responses={201: PerformerResource}
    )
    def post(self, request: Request) -> Response:
        """Put a performer on the register."""
        order = PerformerOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = register_performer(order.new_performer(), actor=acting(request))
        return created(PerformerResource(card).data, f"/v1/performers/{card.id}")


class Performer(Door):
    @extend_schema(operation_id="performers_read", responses=PerformerResource)
    def get(self, request: Request, performer_id: UUID) -> Response:
        """One performer."""
        actor = acting(request)
        card = performer_card(actor.organisation_id, performer_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
        return Response(PerformerResource(card).data)


class Aliases(Door):
    @extend_schema(operation_id="aliases_add", request=AliasOrder, responses={201: PerformerResource})
    def post(self, request: Request, performer_id: UUID) -> Response:
        """Make a further spelling known to the screening of prompts."""
        order = AliasOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = add_alias(performer_id, order.new_alias(), actor=acting(request))
        return created(PerformerResource(card).data, f"/v1/performers/{card.id}")


class Engagements(Door):
    @extend_schema(operation_id="engagements_list", responses=EngagementResource(many=True))
    def get(self, request: Request, production_id: UUID) -> Response:
        """Who is bound to a production."""
        cards = engagement_cards(acting(request).organisation_id, production_id)
        return Response(EngagementResource(cards, many=True).data)

    @extend_schema(
        operation_id="engagements_record", request=EngagementOrder, responses={201: EngagementResource}
    )
    def post(self, request: Request, production_id: UUID) -> Response:
        """Bind a performer to a production."""
        order = EngagementOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = engage(order.new_engagement(production_id), actor=acting(request))
        return created(EngagementResource(card).data, f"/v1/productions/{production_id}/engagements")


class Consents(Door):
    writers = MAY_RECORD

    @extend_schema(operation_id="consents_list", responses=ConsentResource(many=True))
    def get(self, request: Request) -> Response:
        """Consent records, the latest first."""
        actor, pages = acting(request), Pages()
        listed = consent_cards(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
        cards = pages.paginate_queryset(listed, request)
        return pages.get_paginated_response(ConsentResource(cards, many=True).data)

    @extend_schema(operation_id="consents_record", request=ConsentOrder, responses={201: ConsentResource})
    def post(self, request: Request) -> Response:
        """Keep a consent record as it was signed."""
        order = ConsentOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = record_consent(order.new_consent(), actor=acting(request))
        return created(ConsentResource(card).data, f"/v1/consents/{card.id}")


class Consent(Door):
    @extend_schema(operation_id="consents_read", responses=ConsentResource)
    def get(self, request: Request, consent_id: UUID) -> Response:
        """One consent record."""
        actor = acting(request)
        card = consent_card(actor.organisation_id, consent_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
        return Response(ConsentResource(card).data)


class Withdrawal(Door):
    writers = MAY_WITHDRAW

    @extend_schema(operation_id="consents_withdraw", request=WithdrawalOrder, responses=ConsentResource)
    def post(self, request: Request, consent_id: UUID) -> Response:
        """End a consent record now; work that relies on it stops."""
        order = WithdrawalOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = withdraw_consent(consent_id, reason=order.reason_code(), actor=acting(request))
        return Response(ConsentResource(card).data)


class Decisions(Door):
    writers = MAY_ASK

    @extend_schema(
        operation_id="decisions_list",
        parameters=[QuestionsAsked],
        responses=QuestionResource(many=True),
    )
    def get(self, request: Request) -> Response:
        """What was asked beside takes: licences to train, transfers, sessions, the workplace; the latest first."""
        actor, pages, asked = acting(request), Pages(), QuestionsAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        cards = pages.paginate_queryset(question_cards(actor, **asked.narrowed(actor)), request)
        return pages.get_paginated_response(QuestionResource(cards, many=True).data)

    @extend_schema(
        operation_id="decisions_make",
        request=DecisionOrder,
        responses={200: DecisionResource, 201: DecisionResource},
    )
    def post(self, request: Request) -> Response:
        """Decide a use: 201 when it is recorded, 200 for a dry run, which may be about another time."""
        actor, order = acting(request), DecisionOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = decide_use(
            order.use_order(organisation_id=actor.organisation_id, at=clock.now()),
            actor=actor,
            dry_run=order.validated_data["dry_run"],
            moment=order.moment(),
        )
        document = DecisionResource(card).data
        return Response(document) if card.id is None else created(document, f"/v1/decisions/{card.id}")


class Decision(Door):
    @extend_schema(operation_id="decisions_read", responses=DecisionResource)
    def get(self, request: Request, decision_id: UUID) -> Response:
        """One decision, as it was recorded."""
        return Response(DecisionResource(decision_card(acting(request).organisation_id, decision_id)).data)


class Rules(Door):
    @extend_schema(operation_id="rules_list", responses=RulePackResource)
    def get(self, request: Request) -> Response:
        """The rulebook, with what this organisation's counsel has confirmed."""
        return Response(RulePackResource(rule_pack_card(acting(request).organisation_id)).data)


class PackConfirmation(Door):
    writers = MAY_CONFIRM

    @extend_schema(
        operation_id="rules_confirm_all",
        request=ConfirmationOrder,
        responses={201: ConfirmedRuleResource(many=True)},
    )
    def post(self, request: Request) -> Response:
        """Confirm every rule whose source is graded below A."""
        order = ConfirmationOrder(data=request.data)
        order.is_valid(raise_exception=True)
        cards = confirm_pack(**order.validated_data, actor=acting(request))
        return created(ConfirmedRuleResource(cards, many=True).data, "/v1/rules")


class RuleConfirmation(Door):
    writers = MAY_CONFIRM

    @extend_schema(
        operation_id="rules_confirm", request=ConfirmationOrder, responses={201: ConfirmedRuleResource}
    )
    def post(self, request: Request, rule_id: str) -> Response:
        """Confirm that a rule says what its original says."""
        order = ConfirmationOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = confirm_rule(rule_id, **order.validated_data, actor=acting(request))
        return created(ConfirmedRuleResource(card).data, "/v1/rules")


class Strikes(Door):
    writers = MAY_CALL_A_STRIKE

    @extend_schema(operation_id="strikes_list", responses=StrikesResource)
    def get(self, request: Request) -> Response:
        """The agreements under strike now."""
        return Response(StrikesResource({"agreements": strikes_now(acting(request).organisation_id)}).data)

    @extend_schema(operation_id="strikes_set", request=StrikeOrder, responses=StrikesResource)
    def post(self, request: Request) -> Response:
        """Begin or end a strike."""
        order = StrikeOrder(data=request.data)
        order.is_valid(raise_exception=True)
        agreement, active = Agreement(order.validated_data["agreement"]), order.validated_data["active"]
        agreements = set_strike(agreement, active=active, actor=acting(request))
        return Response(StrikesResource({"agreements": agreements}).data)


def created(document: object, location: str) -> Response:
    return Response(document, status=201, headers={"Location": location})
