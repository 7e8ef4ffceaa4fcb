/** What is wrong with a setting, said as a sentence with its name and remedy instead of a stack trace. */
@NullMarked
package dev.tollgate.settings;

import org.jspecify.annotations.NullMarked;
