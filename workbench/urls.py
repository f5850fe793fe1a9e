from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from coding.urls import DESK
from workbench.health import healthz

# A page to read, which has nothing to say of itself in JSON.
_DOCS = SpectacularSwaggerSplitView.as_view(url_name="api-schema", http_method_names=["get", "head"])

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("assignments/", include(DESK)),
    path("", include("transcripts.urls")),
    path("", include("coding.urls")),
    path("", include("workbench.accounts.urls")),
    path("api/v1/", include("transcripts.api.urls")),
    path("api/v1/", include("coding.api.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/docs/", _DOCS, name="api-docs"),
]

handler400 = "workbench.refusing.bad_request"
handler403 = "workbench.refusing.forbidden"
