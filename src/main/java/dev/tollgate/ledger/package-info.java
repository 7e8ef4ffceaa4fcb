/**
 * Who paid for which call: TokenMaster, the usage logs and their summary. A paid call is booked exactly once, also when
 * the database is away at that moment: then it waits in the spool, a file below the data directory.
 */
package dev.tollgate.ledger;
