/**
 * What the lab is for beyond our own tests: shown, served and used as a measure.
 *
 * <p>Three uses have a package each. {@code conformance.attack} plays what somebody in the way can do to mail between a sender
 * and a receiver, and measures what comes of it. {@code conformance.serve} stands the lab up on real ports for other people's
 * software. {@code conformance.grade} watches what a sending server does there, and says rule by rule what it kept.
 */
@NullMarked
package org.hikyaku.conformance;

import org.jspecify.annotations.NullMarked;
