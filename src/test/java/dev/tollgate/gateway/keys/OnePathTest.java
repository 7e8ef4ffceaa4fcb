package dev.tollgate.gateway.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletInputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.web.util.UriUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import dev.tollgate.ManualClock;
import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.PathSpellings;
import dev.tollgate.gateway.RequestPath;

import static org.assertj.core.api.Assertions.assertThat;

/** However a path is written: it is refused before anything is read, or everybody who decides by it sees the same one. */
class OnePathTest {

    private static final KeyProperties LIMITS = new KeyProperties(Duration.ofSeconds(10), Duration.ofMinutes(15), 100,
            Duration.ofMinutes(1), 1, Duration.ofMinutes(1));
    private static final List<PathPattern> ROUTES = Stream.of("/auth/o2/token", "/admin/keys", "/admin/keys/{id}", "/admin/tokens/{id}",
            "/actuator/{endpoint}", "/keepa/**", "/xai/v1/**", "/gemini/**", "/sp-api/**", "/extract", "/token/status", "/judge", "/learn",
            "/connect", "/callback", "/sellers", "/jobs/{id}/results", "/status", "/sandbox/keepa/**", "/")
            .map(PathPatternParser.defaultInstance::parse).toList();

    /** What each of those who decide by the path makes of a request. */
    private record Seen(Dialect dialect, String keyAt, String api, boolean open, boolean page, boolean health, int status,
            boolean slowsTheTokenEndpoint, boolean countsAWrongKey, boolean cutsCredentials, List<String> routes) {
    }

    @Provide
    Arbitrary<String> spellings() {
        return Combinators.combine(Arbitraries.of(PathSpellings.PROTECTED), Arbitraries.longs()).as(PathSpellings::of);
    }

    @Property(tries = 4000)
    void aSpellingIsRefusedUnreadOrIsOnePathToAll(@ForAll("spellings") String spelling) throws Exception {
        for (String method : List.of("GET", "POST")) {
            MockHttpServletRequest request = unreadable(method, spelling);
            RequestPath path = RequestPath.of(request);
            if (path.refusal().isPresent()) {
                MockHttpServletResponse response = new MockHttpServletResponse();
                MockFilterChain chain = new MockFilterChain();
                proper().doFilter(request, response, chain);
                assertThat(response.getStatus()).as(spelling).isEqualTo(400);
                assertThat(chain.getRequest()).as(spelling + " goes no further").isNull();
                assertThat(ROUTES.stream().filter(route -> route.matches(path.parsed()))).as(spelling).isEmpty();
            }
            else {
                String plain = UriUtils.encode(path.value(), StandardCharsets.UTF_8).replace("%2F", "/");
                assertThat(RequestPath.of(unreadable(method, plain)).value()).isEqualTo(path.value());
                assertThat(seen(method, spelling)).as(spelling).isEqualTo(seen(method, plain));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"/auth/o2/%74oken, /auth/o2/token", "/auth/o2/token;a=1, /auth/o2/token", "/auth;x/%6f2/token;a=1;b, /auth/o2/token",
        "/%61dmin;a=b/keys, /admin/keys", "/a%20b, /a b", "/%2561dmin, /%61dmin", "//admin/keys, //admin/keys", "/auth/o2/token/, /auth/o2/token/",
        "/sp-api/items/A/SKU%2F1, /sp-api/items/A/SKU/1", "/sp-api/items/A/a%5Cb, /sp-api/items/A/a\\b", "/%73p-api/a%5c, /sp-api/a\\",
        "/sandbox/sp-api/SKU%2f1, /sandbox/sp-api/SKU/1", "/token%3Ba, /token;a",
        "/%C3%A9, /é", "/ADMIN/keys, /ADMIN/keys", "/, /"})
    void aPathIsDecodedOnceWithoutItsParameters(String written, String path) {
        assertThat(RequestPath.of(unreadable("GET", written)).value()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({"/a/../b", "/a/..;x/b", "/%2e%2e/a", "/a/.", "/a%5cb", "/a\\b", "/a%00", "/a%0d%0aX", "/%c0%ae%c0%ae/a", "/%c1%a1dmin",
        "/%e0%80%af", "/%ff", "/%zz", "/%", "/%2", "/%u0061dmin", "/admin%2Fkeys", "/sp-api%2Fx", "/sp-api/a%2F..%2Fb", "/sp-api/..%2fx",
        "/sp-api/a\\b", "/sp-api/a%5C..%5Cb", "/sp-api/..%5cx", "/sp-api/x/%2e%2e", "/sp-api/%2E%2e/x", "/sp-api%5Cx", "/keepa/a%5cb",
        "/sandbox%2Fsp-api/x", "/keepa/a%2fb", "/\u00e9", "*", "http://host/admin", "/a%e2%80%a8b", "/;a=1",
        "/admin/;a/keys"})
    void aPathWithoutASingleMeaningIsRefused(String written) {
        RequestPath path = RequestPath.of(unreadable("GET", written));
        assertThat(path.refusal()).isPresent();
        assertThat(path.value()).isEqualTo("/..");
    }

    @Test
    void nobodyReadsTheRequestsOwnTextButRequestPath() throws IOException {
        Pattern own = Pattern.compile("getRequestURI|getRequestURL|getServletPath|getPathInfo|getPathTranslated|ServletRequestPathUtils"
                + "|PathContainer\\.parsePath|getDecodedRequestURI|UrlPathHelper");
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java") && own.matcher(read(file)).find())
                    .map(file -> file.getFileName().toString())).containsExactly("RequestPath.java");
        }
    }

    private static Seen seen(String method, String uri) throws Exception {
        MockHttpServletRequest request = unreadable(method, uri);
        FailedAttempts slowed = new FailedAttempts(LIMITS, new ManualClock());
        try (FailedAttempts.Look look = slowed.look(request.getRemoteAddr())) {
            look.wrong();
        }
        MockHttpServletResponse guarded = through(new TokenEndpointGuard(slowed), unreadable(method, uri));
        FailedAttempts counted = new FailedAttempts(LIMITS, new ManualClock());
        MockHttpServletRequest wrong = unreadable(method, uri);
        wrong.addHeader("Authorization", "Bearer wrong");
        AdminKey admin = new AdminKey(new MockEnvironment().withProperty(AdminKey.VARIABLE, "the-admin-key-of-this-test"));
        GatewayKeys keys = new GatewayKeys(null, null, null, LIMITS, admin, new ManualClock());
        MockHttpServletResponse keyed = through(new KeyFilter(admin, keys, List.of(), counted), wrong);
        MockFilterChain cut = new MockFilterChain();
        new CredentialCut().doFilter(request, new MockHttpServletResponse(), cut);
        boolean granted = new PathAccess().check(() -> null, new RequestAuthorizationContext(request)).isGranted();
        return new Seen(Dialect.of(request), Credentials.places(request), PathAccess.api(request), granted,
                PublicPaths.isPage(request), PublicPaths.isHealth(request), keyed.getStatus(), guarded.getStatus() == 429,
                counted.waitOf(request.getRemoteAddr()).isPresent(), cut.getRequest() instanceof WithoutCredentials,
                ROUTES.stream().filter(route -> route.matches(RequestPath.of(request).parsed())).map(PathPattern::getPatternString).toList());
    }

    private static MockHttpServletResponse through(Filter filter, MockHttpServletRequest request) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        try {
            filter.doFilter(request, response, new MockFilterChain());
        }
        finally {
            SecurityContextHolder.clearContext();
        }
        return response;
    }

    private static ProperRequests proper() {
        return new ProperRequests(new OwnSite(List.of(), new NamedOrigins(List.of())), true, false, 15_000);
    }

    /** Whoever reads its body fails. */
    private static MockHttpServletRequest unreadable(String method, String uri) {
        return new MockHttpServletRequest(method, uri) {
            @Override
            public ServletInputStream getInputStream() {
                throw new AssertionError("read before it was decided");
            }

            @Override
            public String getParameter(String name) {
                throw new AssertionError("read before it was decided");
            }
        };
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
