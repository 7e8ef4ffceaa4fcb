package dev.tollgate.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard in a browser window of its own. It notes whom the page talked to and what the browser complained of, so that
 * every scenario also shows that the page asks nobody but its gateway and keeps to its Content-Security-Policy.
 */
final class DashboardPage implements AutoCloseable {

    private static final String NOTE_VIOLATIONS = "window.violations = []; document.addEventListener('securitypolicyviolation',"
            + " event => window.violations.push(event.violatedDirective + ' ' + event.blockedURI));";

    private final BrowserContext context;
    private final Page page;
    private final String address;
    private final List<String> foreign = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    DashboardPage(Chromium chromium, String address) {
        this(chromium, address, ColorScheme.LIGHT, 1280, 900);
    }

    DashboardPage(Chromium chromium, String address, ColorScheme scheme, int width, int height) {
        this.address = address;
        this.context = chromium.browser().newContext(new Browser.NewContextOptions().setColorScheme(scheme)
                .setViewportSize(width, height).setLocale("en-GB"));
        context.setDefaultTimeout(120_000); // conditions, not times, are tested
        context.addInitScript(NOTE_VIOLATIONS);
        context.onRequest(request -> {
            if (!request.url().startsWith(address) && !request.url().startsWith("about:")) {
                foreign.add(request.url());
            }
        });
        this.page = context.newPage();
        page.onConsoleMessage(this::note);
        page.onPageError(complaints::add);
        page.navigate(address + "/");
    }

    /** What the gateway refuses to a page, or a line that is cut, is what some tests ask for; the page tells it by itself. */
    private static final Pattern WANTED = Pattern.compile("Failed to load resource: .*( 401 | 403 | 503 |ERR_CONNECTION_REFUSED).*");

    private void note(ConsoleMessage message) {
        if (List.of("error", "warning").contains(message.type()) && !WANTED.matcher(message.text()).matches()) {
            complaints.add(message.text() + " " + message.location());
        }
    }

    /** Waits until the page has its first numbers. */
    DashboardPage open() {
        assertThat(page.locator("#node")).not().isEmpty();
        return this;
    }

    Page page() {
        return page;
    }

    Locator at(String selector) {
        return page.locator(selector);
    }

    /** The value of a figure in a panel, by its name. */
    Locator figure(String panel, String name) {
        return page.locator("#" + panel + " .figures div").filter(new Locator.FilterOptions().setHas(
                page.getByText(name, new Page.GetByTextOptions().setExact(true)))).locator("dd");
    }

    Locator toll(String name) {
        return page.locator("#toll-" + name + " .chip");
    }

    /** The row of a token. */
    Locator token(long id) {
        return page.locator("#companies tr[data-key='" + id + "']");
    }

    /** Everything that the browser would keep after the page is gone. */
    String stored() {
        return page.evaluate("async () => JSON.stringify([localStorage, sessionStorage, document.cookie, location.href,"
                + " history.state, await indexedDB.databases(), await caches.keys()])").toString() + context.cookies();
    }

    /** Accessibility findings that keep somebody from using the page. */
    List<String> seriousFindings() {
        return new AxeBuilder(page).analyze().getViolations().stream()
                .filter(rule -> List.of("serious", "critical").contains(rule.getImpact()))
                .map(DashboardPage::told).toList();
    }

    private static String told(Rule rule) {
        return rule.getId() + ": " + rule.getNodes().stream().map(node -> node.getHtml() + " " + node.getFailureSummary()).toList();
    }

    /** Closes the window, and fails when the page did what it may not. */
    @Override
    public void close() {
        Object violations = page.evaluate("window.violations");
        context.close();
        assertThat(violations).as("violations of the Content-Security-Policy").isEqualTo(List.of());
        assertThat(foreign).as("requests to anybody but " + address).isEmpty();
        assertThat(complaints).as("what the browser complained of").isEmpty();
    }
}
