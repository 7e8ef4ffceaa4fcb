package dev.tollgate.gateway.keys;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

import dev.tollgate.gateway.KeyHolder;

import static org.assertj.core.api.Assertions.assertThat;

/** Which API a path belongs to, and which ones keys can be made for. */
class PathAccessTest {

    @ParameterizedTest
    @CsvSource({"/weather, weather", "/weather/v1/today, weather", "/%77eather/v1, weather", "/weather;a=b/v1, weather",
        "/weatherman/v1, weatherman", "/extract, gemini", "/keepa/product, keepa"})
    void aPathBelongsToTheApiThatItsFirstPartNames(String path, String api) {
        assertThat(PathAccess.api(new MockHttpServletRequest("GET", path))).isEqualTo(api);
    }

    @Test
    void aKeyCanBeMadeForAnOwnApiAsSoonAsItsRouteServesAndForNoneOfTheGatewaysOwnPaths() {
        KeyOffice office = new KeyOffice(null, null, null, () -> Set.of("weather", "judge", "admin", "callback", "sandbox"), null);

        assertThat(office.apis()).containsExactlyInAnyOrder("gemini", "xai", "keepa", "sp-api", "jobs", "status", "weather");
        assertThat(office.knowsApi("stocks")).isFalse();
    }

    @Test
    void aKeyForOneApiOpensNoOther() {
        KeyHolder shop = new KeyHolder("id", "the shop", false, Set.of("weather"), null, null);

        assertThat(shop.mayUse("weather")).isTrue();
        assertThat(shop.mayUse("weatherman")).isFalse();
        assertThat(shop.mayUse("stocks")).isFalse();
    }
}
