package dev.tollgate.door;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.Route;
import org.apache.camel.model.RouteDefinition;
import org.springframework.stereotype.Component;

/** {@code GET /admin/routes}: which file governs what, as it serves now. */
@Component("routesOverview")
record RoutesOverview(Generations generations, RouteFiles files) {

    /** What callers, the clock or a folder enter by; routes that other routes call are left to the file that has them. */
    private static final Pattern HTTP = Pattern.compile("platform-http:/*([^?]*)(?:.*httpMethodRestrict=([A-Z,]+))?.*");
    private static final Pattern VERB = Pattern.compile("rest:/*(?<verb>[a-z]+):([^?]*).*");
    private static final Pattern OTHER = Pattern.compile("(quartz|file):/*([^?]*).*");

    /** Files by name, each with when it was changed and the routes in it. */
    public List<Map<String, Object>> show() {
        Map<String, List<Route>> byFile = new TreeMap<>();
        generations.active().everyRoute().forEach(route ->
                byFile.computeIfAbsent(locationOf(route), file -> new ArrayList<>()).add(route));
        List<Map<String, Object>> overview = new ArrayList<>();
        byFile.forEach((location, routes) -> {
            Map<String, Object> file = new LinkedHashMap<>();
            file.put("file", files.shortName(location));
            file.put("changedAt", files.changedAt(location).map(Instant::toString).orElse(null));
            file.put("routes", routes.stream().map(RoutesOverview::view).toList());
            overview.add(file);
        });
        return overview;
    }

    private static Map<String, Object> view(Route route) {
        RouteDefinition written = (RouteDefinition) route.getRoute();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", route.getRouteId());
        view.put("group", route.getGroup());
        view.put("description", written.getDescription());
        view.put("entrance", entrance(route.getEndpoint().getEndpointUri()));
        return view;
    }

    /** {@code POST /extract}, {@code quartz ledger/replay}; null for a route that only routes call. */
    private static String entrance(String uri) {
        String plain = URLDecoder.decode(uri, StandardCharsets.UTF_8);
        Matcher http = HTTP.matcher(plain);
        if (http.matches()) {
            return (http.group(2) == null ? "any" : http.group(2)) + " /" + http.group(1);
        }
        Matcher verb = VERB.matcher(plain);
        if (verb.matches()) {
            return verb.group("verb").toUpperCase(Locale.ROOT) + " " + verb.group(2);
        }
        Matcher other = OTHER.matcher(plain);
        return other.matches() ? other.group(1) + " " + other.group(2) : null;
    }

    /** A route that was made from a template remembers no file, but its group is its folder. */
    private static String locationOf(Route route) {
        return route.getSourceResource() == null ? "routes/" + route.getGroup() : route.getSourceResource().getLocation();
    }
}
