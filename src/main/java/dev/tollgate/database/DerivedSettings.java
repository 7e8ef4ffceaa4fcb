package dev.tollgate.database;

import java.nio.file.Path;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * Settings that follow from others, for places that cannot compute: routes write {@code {{tollgate.table.token-master}}},
 * and the address of the H2 file needs an absolute path. Worked out when asked, so whatever sets the others is heard.
 */
class DerivedSettings implements EnvironmentPostProcessor {

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        environment.getPropertySources().addLast(new PropertySource<Object>("derivedSettings") {

            @Override
            public Object getProperty(String name) {
                return derive(name, environment);
            }
        });
    }

    private static String derive(String name, ConfigurableEnvironment environment) {
        return switch (name) {
            case "tollgate.table.token-master" -> tables(environment).tokenMaster();
            case "tollgate.table.usage-logs" -> tables(environment).usageLogs();
            case "tollgate.table.usage-summary" -> tables(environment).usageSummary();
            case "tollgate.table.seller-grants" -> tables(environment).sellerGrants();
            case "tollgate.table.application-logs" -> tables(environment).applicationLogs();
            case "tollgate.table.retry-attempts" -> tables(environment).retryAttempts();
            case CompanyColumn.SETTING -> CompanyColumn.ANYWHERE.condition(); // until the database is known
            case "tollgate.h2-file" -> h2File(environment.getProperty("tollgate.data-dir", "data"));
            default -> null;
        };
    }

    private static String h2File(String dataDir) {
        return Path.of(dataDir, "tollgate").toAbsolutePath().toString();
    }

    private static Tables tables(ConfigurableEnvironment environment) {
        return new Tables(environment.getProperty("tollgate.schema"), environment.getProperty("tollgate.log-schema"));
    }
}
