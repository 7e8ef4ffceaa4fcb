package dev.tollgate.spapi.sellers;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MarketplacesTest {

    @ParameterizedTest
    @CsvSource({"ATVPDKIKX0DER, NA, https://sellingpartnerapi-na.amazon.com", "A1PA6795UKMFR9, EU, https://sellingpartnerapi-eu.amazon.com",
            "A21TJRUUN4KGV, EU, https://sellingpartnerapi-eu.amazon.com", "A1VC38T7YXB528, FE, https://sellingpartnerapi-fe.amazon.com"})
    void aMarketplaceHasItsRegionsEndpoint(String id, Region region, String endpoint) {
        assertThat(Marketplaces.regionOf(List.of(id))).isEqualTo(region);
        assertThat(region.endpoint(URI.create("https://sellingpartnerapi-na.amazon.com"))).hasToString(endpoint);
    }

    @ParameterizedTest
    @CsvSource({"https://sandbox.sellingpartnerapi-na.amazon.com, https://sandbox.sellingpartnerapi-eu.amazon.com",
            "http://127.0.0.1:8080/sandbox/sp-api, http://127.0.0.1:8080/sandbox/sp-api",
            "https://sellingpartnerapi-na.amazon.com.evil.example, https://sellingpartnerapi-na.amazon.com.evil.example"})
    void onlyAmazonsOwnEndpointsChangeWithTheRegion(URI base, URI expected) {
        assertThat(Region.EU.endpoint(base)).isEqualTo(expected);
    }

    @Test
    void marketplacesOfTwoRegionsAreNotOneCall() {
        assertThat(Marketplaces.regionOf(List.of("ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"))).isEqualTo(Region.NA);
        assertThatThrownBy(() -> Marketplaces.regionOf(List.of("ATVPDKIKX0DER", "A1PA6795UKMFR9")))
                .hasMessageContaining("different regions");
        assertThatThrownBy(() -> Marketplaces.regionOf(List.of())).hasMessageContaining("at least one");
        assertThatThrownBy(() -> Marketplaces.regionOf(List.of("<b>\n"))).hasMessageContaining("Unknown").hasMessageNotContaining("<");
    }

    @Test
    void everyMarketplaceIsThereOnce() {
        assertThat(Marketplaces.of(Region.NA)).hasSize(4);
        assertThat(Marketplaces.of(Region.EU)).hasSize(16);
        assertThat(Marketplaces.of(Region.FE)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"UK, A1F83G8C2ARO7P", "GB, A1F83G8C2ARO7P", "' gb', A1F83G8C2ARO7P", "DE, A1PA6795UKMFR9"})
    void theUnitedKingdomHasTwoNames(String country, String id) {
        assertThat(Marketplaces.find(country)).get().extracting(Marketplace::id).isEqualTo(id);
    }
}
