/**
 * The check: what can be told about route files by reading them, before anything is started.
 *
 * <p>{@link dev.tollgate.check.RouteCheck} reads a set of route files and answers with {@link dev.tollgate.check.Finding}s:
 * file, line, what is wrong and what to do. {@link dev.tollgate.check.CheckRoutes} is the same from a command line. A rule is one small class, so that a new
 * trap is a new method and a new line in the table of its test.
 */
package dev.tollgate.check;
