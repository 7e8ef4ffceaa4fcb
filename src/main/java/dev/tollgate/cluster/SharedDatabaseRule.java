package dev.tollgate.cluster;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import dev.tollgate.settings.SettingException;

/**
 * Refuses to start nodes on a database that no two processes can share, or that are to share their state in Redis, before
 * anything is opened: nodes that believed to share it there would multiply every limit by their number.
 */
@Component
class SharedDatabaseRule implements BeanFactoryPostProcessor, EnvironmentAware {

    /** Where the state in Redis would be. Its value may hold a password and is not shown. */
    static final String REDIS = "tollgate.cluster.redis-url";

    private Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        boolean enabled = Binder.get(environment).bind("tollgate.cluster.enabled", Boolean.class).orElse(false);
        if (enabled && environment.getProperty("spring.datasource.url", "jdbc:h2:").startsWith("jdbc:h2:")) {
            throw new SettingException("tollgate.cluster.enabled is true, and spring.datasource.url names an H2 database, which one"
                    + " process has for itself.", "Name the SQL Server or PostgreSQL of all nodes in spring.datasource.url, or remove"
                    + " tollgate.cluster.enabled.");
        }
        if (!Binder.get(environment).bind(REDIS, String.class).orElse("").isBlank()) {
            throw new SettingException(REDIS + " is set, and nodes share nothing through Redis: each of them would count every limit"
                    + " for itself.", "Run one node and remove " + REDIS + ".");
        }
    }
}
