"""How static files are named: by their content, the modules that import each other included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModules(CompressedManifestStaticFilesStorage):
    """Write the hashed name of each module into the modules that import it; see docs/decisions."""

    support_js_module_import_aggregation = True
