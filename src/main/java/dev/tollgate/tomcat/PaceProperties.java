package dev.tollgate.tomcat;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How slowly the body of a request may come.
 *
 * @param bodyTimeout how long the body of a request may fall behind {@code tollgate.body-min-rate}; slower is answered with 408
 * @param bodyMinRate bytes a second that a body comes with at least; it may fall behind by {@code tollgate.body-timeout}
 */
@ConfigurationProperties("tollgate")
record PaceProperties(@DefaultValue("20s") Duration bodyTimeout, @DefaultValue("4KB") DataSize bodyMinRate) {
}
