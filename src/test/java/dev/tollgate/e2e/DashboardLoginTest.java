package dev.tollgate.e2e;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** The dashboard of a gateway that asks for keys, in a real Chromium. */
@EnabledIf(value = "dev.tollgate.e2e.Chromium#isInstalled", disabledReason = Chromium.MISSING)
class DashboardLoginTest extends KeyTest {

    @AutoClose
    private static final Chromium chromium = Chromium.start();

    @Test
    void thePageAsksForTheAdminKeyAndForgetsItWhenItIsReloaded() {
        try (DashboardPage page = new DashboardPage(chromium, gateway.uri("").toString())) {
            assertThat(page.at("#login")).isVisible();
            assertThat(page.at("#key")).isFocused();
            assertThat(page.seriousFindings()).isEmpty();
            page.page().keyboard().press("Escape");
            assertThat(page.at("#login")).isVisible();

            page.at("#key").fill("a-wrong-key");
            page.page().keyboard().press("Enter");
            assertThat(page.at("#login-error")).containsText("The key is unknown");
            page.at("#key").fill(keyFor("\"status\"", null));
            page.page().keyboard().press("Enter");
            assertThat(page.at("#login-error")).hasText("This key is not the admin key.");

            page.at("#key").fill(ADMIN);
            page.page().keyboard().press("Enter");
            assertThat(page.at("#login")).isHidden();
            assertThat(page.at("#link")).hasText("Live");
            assertThat(page.open().figure("keepa", "Balance")).isVisible();
            assertThat(page.toll("keepa")).hasText("Not set up");
            assertThat(page.at("#needs")).containsText("set KEEPA_API_KEY in the environment of the gateway");

            assertThat(page.stored()).doesNotContain(ADMIN);
            assertThat(page.page().content()).doesNotContain(ADMIN);
            assertThat(page.at("#key")).hasValue("");
            page.at("#forget").click();
            assertThat(page.at("#login")).isVisible();
        }
    }
}
