package dev.tollgate.gateway.keys;

import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/** The request as routes see it: without the caller's credential, wherever it stood. */
final class WithoutCredentials extends HttpServletRequestWrapper {

    private final String credential;

    /** @param credential what the caller presented, which no other header may carry either; null for none */
    WithoutCredentials(HttpServletRequest request, String credential) {
        super(request);
        this.credential = credential;
    }

    private boolean passes(String name) {
        if ("x-amz-access-token".equalsIgnoreCase(name)) {
            // A token that the gateway itself issued tells the seller; the route goes no further with it.
            return String.valueOf(super.getHeader(name)).startsWith(TokenOfKey.PREFIX);
        }
        return name != null && !Credentials.HEADERS.contains(name.toLowerCase(Locale.ROOT)) && (credential == null || !tellsCredential(name));
    }

    private boolean tellsCredential(String name) {
        for (Enumeration<String> values = super.getHeaders(name); values.hasMoreElements();) {
            if (values.nextElement().contains(credential)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String getHeader(String name) {
        return passes(name) ? super.getHeader(name) : null;
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return passes(name) ? super.getHeaders(name) : Collections.emptyEnumeration();
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        List<String> names = Collections.list(super.getHeaderNames());
        names.removeIf(name -> !passes(name));
        return Collections.enumeration(names);
    }

    @Override
    public String getQueryString() {
        return Credentials.withoutKey(super.getQueryString());
    }

    @Override
    public String getParameter(String name) {
        return isKey(name) ? null : super.getParameter(name);
    }

    @Override
    public String[] getParameterValues(String name) {
        return isKey(name) ? null : super.getParameterValues(name);
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        Map<String, String[]> parameters = new LinkedHashMap<>(super.getParameterMap());
        parameters.keySet().removeIf(WithoutCredentials::isKey);
        return parameters;
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return Collections.enumeration(getParameterMap().keySet());
    }

    private static boolean isKey(String name) {
        return Credentials.KEY_PARAMETER.equalsIgnoreCase(name);
    }
}
