package dev.tollgate.spapi;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.tollgate.settings.SettingException;
import dev.tollgate.spapi.sellers.SpApiProperties;

/** The beans, named as routes call them: operations, operationRates. */
@Configuration(proxyBeanMethods = false)
class SpApiConfiguration {

    @Bean
    Operations operations(@Value("${tollgate.routes-dir:routes}") Path routes) {
        try {
            return Operations.read(routes);
        } catch (IllegalArgumentException e) {
            throw new SettingException(String.valueOf(e.getMessage()), "Mend the file, or remove it: then the one in the jar serves.", e);
        }
    }

    @Bean
    OperationRates operationRates(Operations operations, SpApiProperties properties) {
        Map<String, OperationRate> overrides = properties.rates().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                one -> OperationRate.of(one.getValue().calls(), one.getValue().per(), one.getValue().burst())));
        return new OperationRates(operations, overrides);
    }
}
