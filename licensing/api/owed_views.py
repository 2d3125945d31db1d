from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import acting
from core.pagination import Pages
from licensing.api.owed_serializers import (
    AssessmentOrder,
    BalanceResource,
    CalendarOrder,
    CalendarResource,
    ObligationOrder,
    ObligationResource,
    PaymentOrder,
    PostingResource,
    RateEndOrder,
    RateOrder,
    RateResource,
    ReversalOrder,
    ServiceOrder,
    StatementOrder,
    StatementResource,
    WaiverOrder,
)
from licensing.api.views import Door, created
from licensing.doors import MAY_ENTER_RATES, MAY_ISSUE_STATEMENTS, MAY_POST, MAY_SERVE, MAY_WAIVE
from licensing.downloads import statement_response
from licensing.operations.ledger import assess, record_payment, reverse
from licensing.operations.obligations import open_by_clock, serve, waive
from licensing.operations.rates import confirm_rate, end_rate, enter_calendar, enter_rate, withdraw_rate
from licensing.operations.statements import issue_statement
from licensing.owed.values import WaiverReason
from licensing.owed_queries import calendar_cards, obligation_card, obligation_cards, reminders
from licensing.rate_queries import (
    balances,
    posting_card,
    posting_cards,
    rate_card,
    rate_cards,
    statement_bytes,
    statement_card,
    statement_cards,
)

_FILE = {(200, "application/json"): OpenApiTypes.BINARY, (200, "text/csv"): OpenApiTypes.BINARY}


class Obligations(Door):
    writers = MAY_SERVE

    @extend_schema(
        operation_id="obligations_list",
        parameters=[OpenApiParameter("performer_id", UUID), OpenApiParameter("state", str)],
        responses=ObligationResource(many=True),
    )
    def get(self, request: Request) -> Response:
        """What is owed, in the order it was opened; `state` open, late, done or waived."""
        pages, state = Pages(), request.query_params.get("state")
        cards = [card for card in obligation_cards(acting(request)) if state in (None, card.state)]
        whose = request.query_params.get("performer_id")
        if whose:
            cards = [card for card in cards if str(card.performer_id) == whose]
        found = pages.paginate_queryset(cards, request)
        return pages.get_paginated_response(ObligationResource(found, many=True).data)

    @extend_schema(
        operation_id="obligations_open", request=ObligationOrder, responses={201: ObligationResource}
    )
    def post(self, request: Request) -> Response:
        """Open an obligation that a rule's clock counts, such as bargaining after a notice."""
        order = ObligationOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = open_by_clock(order.new_obligation(), actor=acting(request))
        return created(ObligationResource(card).data, f"/v1/obligations/{card.id}")


class Reminders(Door):
    @extend_schema(operation_id="obligations_reminders", responses=ObligationResource(many=True))
    def get(self, request: Request) -> Response:
        """What is late, then what falls due within two weeks."""
        return Response(ObligationResource(reminders(acting(request)), many=True).data)


class Obligation(Door):
    @extend_schema(operation_id="obligations_read", responses=ObligationResource)
    def get(self, request: Request, obligation_id: UUID) -> Response:
        """One obligation with its uses, amounts and payments."""
        return Response(ObligationResource(obligation_card(obligation_id, actor=acting(request))).data)


class ObligationService(Door):
    writers = MAY_SERVE

    @extend_schema(operation_id="obligations_serve", request=ServiceOrder, responses=ObligationResource)
    def post(self, request: Request, obligation_id: UUID) -> Response:
        """Prove that an obligation was met."""
        order = ServiceOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = serve(obligation_id, order.service(), actor=acting(request))
        return Response(ObligationResource(card).data)


class ObligationWaiver(Door):
    writers = MAY_WAIVE

    @extend_schema(operation_id="obligations_waive", request=WaiverOrder, responses=ObligationResource)
    def post(self, request: Request, obligation_id: UUID) -> Response:
        """Say as legal that something is not owed, and why."""
        order = WaiverOrder(data=request.data)
        order.is_valid(raise_exception=True)
        fields = order.validated_data
        card = waive(
            obligation_id,
            reason_code=WaiverReason(fields["reason_code"]),
            reason=fields["reason"],
            actor=acting(request),
        )
        return Response(ObligationResource(card).data)


class ObligationAssessment(Door):
    writers = MAY_POST

    @extend_schema(operation_id="obligations_assess", request=AssessmentOrder, responses=ObligationResource)
    def post(self, request: Request, obligation_id: UUID) -> Response:
        """Compute what an obligation comes to and post it."""
        order = AssessmentOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = assess(obligation_id, **order.stated(), actor=acting(request))
        return Response(ObligationResource(card).data)


class ObligationPayments(Door):
    writers = MAY_POST

    @extend_schema(operation_id="obligations_pay", request=PaymentOrder, responses={201: ObligationResource})
    def post(self, request: Request, obligation_id: UUID) -> Response:
        """Record that payroll paid."""
        order = PaymentOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = record_payment(obligation_id, order.new_payment(), actor=acting(request))
        return created(ObligationResource(card).data, f"/v1/obligations/{card.id}")


class Rates(Door):
    writers = MAY_ENTER_RATES

    @extend_schema(operation_id="rates_list", responses=RateResource(many=True))
    def get(self, request: Request) -> Response:
        """Dated rates; one that `counts` was confirmed by a second person."""
        pages = Pages()
        found = pages.paginate_queryset(rate_cards(acting(request)), request)
        return pages.get_paginated_response(RateResource(found, many=True).data)

    @extend_schema(operation_id="rates_enter", request=RateOrder, responses={201: RateResource})
    def post(self, request: Request) -> Response:
        """Enter a figure from a rate sheet or a deal."""
        order = RateOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = enter_rate(order.new_rate(), actor=acting(request))
        return created(RateResource(card).data, f"/v1/rates/{card.id}")


class Rate(Door):
    @extend_schema(operation_id="rates_read", responses=RateResource)
    def get(self, request: Request, rate_id: UUID) -> Response:
        """One rate."""
        return Response(RateResource(rate_card(rate_id, actor=acting(request))).data)


class RateConfirmation(Door):
    writers = MAY_ENTER_RATES

    @extend_schema(operation_id="rates_confirm", request=None, responses=RateResource)
    def post(self, request: Request, rate_id: UUID) -> Response:
        """Say as a second person that a rate is what its sheet says."""
        return Response(RateResource(confirm_rate(rate_id, actor=acting(request))).data)


class RateEnd(Door):
    writers = MAY_ENTER_RATES

    @extend_schema(operation_id="rates_end", request=RateEndOrder, responses=RateResource)
    def post(self, request: Request, rate_id: UUID) -> Response:
        """Say from which day on a rate holds no more."""
        order = RateEndOrder(data=request.data)
        order.is_valid(raise_exception=True)
        return Response(RateResource(end_rate(rate_id, **order.validated_data, actor=acting(request))).data)


class RateWithdrawal(Door):
    writers = MAY_ENTER_RATES

    @extend_schema(operation_id="rates_withdraw", request=None, responses=RateResource)
    def post(self, request: Request, rate_id: UUID) -> Response:
        """Take back a rate that nobody confirmed."""
        return Response(RateResource(withdraw_rate(rate_id, actor=acting(request))).data)


class Calendars(Door):
    writers = MAY_ENTER_RATES

    @extend_schema(operation_id="calendars_list", responses=CalendarResource(many=True))
    def get(self, request: Request) -> Response:
        """Business days by agreement and year."""
        return Response(CalendarResource(calendar_cards(acting(request)), many=True).data)

    @extend_schema(operation_id="calendars_enter", request=CalendarOrder, responses={201: CalendarResource})
    def post(self, request: Request) -> Response:
        """Enter the business days of an agreement in one year."""
        order = CalendarOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = enter_calendar(order.new_calendar(), actor=acting(request))
        return created(CalendarResource(card).data, "/v1/calendars")


class Ledger(Door):
    @extend_schema(operation_id="ledger_list", responses=PostingResource(many=True))
    def get(self, request: Request) -> Response:
        """The journal, the latest posting first."""
        pages = Pages()
        found = pages.paginate_queryset(posting_cards(acting(request)), request)
        return pages.get_paginated_response(PostingResource(found, many=True).data)


class Balances(Door):
    @extend_schema(operation_id="ledger_balances", responses=BalanceResource(many=True))
    def get(self, request: Request) -> Response:
        """What stands in each account, in each currency apart."""
        return Response(BalanceResource(balances(acting(request)), many=True).data)


class Posting(Door):
    @extend_schema(operation_id="ledger_read", responses=PostingResource)
    def get(self, request: Request, posting_id: UUID) -> Response:
        """One posting."""
        return Response(PostingResource(posting_card(posting_id, actor=acting(request))).data)


class Reversal(Door):
    writers = MAY_POST

    @extend_schema(operation_id="ledger_reverse", request=ReversalOrder, responses=ObligationResource)
    def post(self, request: Request, posting_id: UUID) -> Response:
        """Undo a posting by its mirror image."""
        order = ReversalOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = reverse(posting_id, **order.validated_data, actor=acting(request))
        return Response(ObligationResource(card).data)


class Statements(Door):
    writers = MAY_ISSUE_STATEMENTS

    @extend_schema(operation_id="pay_statements_list", responses=StatementResource(many=True))
    def get(self, request: Request) -> Response:
        """Statements that were issued, the latest first."""
        pages = Pages()
        found = pages.paginate_queryset(statement_cards(acting(request)), request)
        return pages.get_paginated_response(StatementResource(found, many=True).data)

    @extend_schema(
        operation_id="pay_statements_issue", request=StatementOrder, responses={201: StatementResource}
    )
    def post(self, request: Request) -> Response:
        """Issue a performer's statement, or without a performer the union's ledger."""
        order = StatementOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = issue_statement(**order.validated_data, actor=acting(request))
        return created(StatementResource(card).data, f"/v1/statements/{card.id}")


class Statement(Door):
    @extend_schema(operation_id="pay_statements_read", responses=StatementResource)
    def get(self, request: Request, pay_statement_id: UUID) -> Response:
        """One statement; its content is in its file."""
        return Response(StatementResource(statement_card(pay_statement_id, actor=acting(request))).data)


class StatementFile(Door):
    @extend_schema(operation_id="pay_statements_json", responses=_FILE)
    def get(self, request: Request, pay_statement_id: UUID) -> HttpResponse:
        """The bytes that the digest in the log is of."""
        return statement_response(
            pay_statement_id, statement_bytes(pay_statement_id, actor=acting(request)), "json"
        )


class StatementTable(Door):
    @extend_schema(operation_id="pay_statements_csv", responses=_FILE)
    def get(self, request: Request, pay_statement_id: UUID) -> HttpResponse:
        """The same as a table."""
        return statement_response(
            pay_statement_id, statement_bytes(pay_statement_id, actor=acting(request)), "csv"
        )
