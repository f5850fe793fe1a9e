"""Long lists in pages."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """A page of results; `page_size` up to 1,000."""

    page_size_query_param = "page_size"
    max_page_size = 1000
