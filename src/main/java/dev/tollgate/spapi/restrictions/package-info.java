/** Listing restrictions of many ASINs, checked in the background at the rate that Amazon allows. */
@NullMarked
package dev.tollgate.spapi.restrictions;

import org.jspecify.annotations.NullMarked;
