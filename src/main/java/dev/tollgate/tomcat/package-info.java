/** What needs Tomcat's own classes: connections that notice a caller who leaves, paced bodies, plain errors. */
package dev.tollgate.tomcat;
