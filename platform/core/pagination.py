from rest_framework.pagination import LimitOffsetPagination


class Pages(LimitOffsetPagination):
    """`?limit=&offset=`; never more than 200 rows, so one request cannot ask for a whole table."""

    default_limit = 50
    max_limit = 200
