package dev.tollgate.tomcat;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How slowly the body of a request may come.
 *
 * @param bodyTimeout how long the body of a request may take to arrive; slower is answered with 408
 * @param bodyMinRate bytes of a body that earn it one second more
 */
@ConfigurationProperties("tollgate")
record PaceProperties(@DefaultValue("20s") Duration bodyTimeout, @DefaultValue("4KB") DataSize bodyMinRate) {
}
