/** Listing restrictions of many ASINs, checked in the background at the rate that Amazon allows. */
package dev.tollgate.spapi.restrictions;
