/**
 * The database that is really there: its tables are made, or those of another program taken over whole, before anything else
 * uses it. Knows what engines and servers differ in, so that others write one text of SQL for all: whose fault an error is
 * ({@link dev.tollgate.database.Fault}), what columns hold, which clock counts, and how a company is found.
 */
package dev.tollgate.database;
