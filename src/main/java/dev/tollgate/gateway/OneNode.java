package dev.tollgate.gateway;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import dev.tollgate.settings.SettingException;

/**
 * Refuses to start where nodes are to share their state in Redis, before anything is opened: nodes that believed to share it
 * there would multiply every limit by their number. They share it in the database, see {@code tollgate.cluster.enabled}.
 */
@Component
class OneNode implements BeanFactoryPostProcessor, EnvironmentAware {

    /** Where the shared state would be. Its value may hold a password and is not shown. */
    static final String KEY = "tollgate.cluster.redis-url";

    private Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        if (!Binder.get(environment).bind(KEY, String.class).orElse("").isBlank()) {
            throw new SettingException(KEY + " is set, and nodes share nothing through Redis: each of them would count every limit for"
                    + " itself.", "Run one node and remove " + KEY + ".");
        }
    }
}
