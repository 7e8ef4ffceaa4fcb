package dev.tollgate.spapi;

import dev.tollgate.spapi.sellers.SpApiProperties;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans, named as routes call them: operationRates, ratePacer. */
@Configuration(proxyBeanMethods = false)
class SpApiConfiguration {

    @Bean
    OperationRates operationRates(SpApiProperties properties) {
        Map<String, OperationRate> overrides = properties.rates().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                one -> OperationRate.of(one.getValue().calls(), one.getValue().per(), one.getValue().burst())));
        return new OperationRates(overrides);
    }

    @Bean
    RatePacer ratePacer(OperationRates rates, SpApiProperties properties) {
        return new RatePacer(rates, properties.applicationRate(), properties.maxWait(), System::nanoTime);
    }
}
