/**
 * What the prober says of real servers, held against what other scanners say of the same servers. Where they disagree, the
 * disagreement stands with its reason in {@code disagreements.tsv}, and one that vanished is as wrong as a new one.
 */
@NullMarked
package org.hikyaku.check.differential;

import org.jspecify.annotations.NullMarked;
