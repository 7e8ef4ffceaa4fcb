package dev.tollgate.explain;

import java.util.Map;

/** The APIs that route files bring without code of their own. */
public interface OwnApis {

    /** Each by the group of its routes, as the routes that serve now say it. */
    Map<String, Explainer> explainers();
}
