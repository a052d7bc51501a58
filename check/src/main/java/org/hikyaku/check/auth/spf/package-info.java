/**
 * SPF (RFC 7208): a domain says in a TXT record which hosts may send mail in its name.
 *
 * <p>A record is {@code v=spf1} and terms, read from left to right. A mechanism ({@code a}, {@code mx}, {@code ip4},
 * {@code ip6}, {@code include}, {@code exists}, {@code ptr}, {@code all}) matches a sender or not; the first that
 * matches decides, by its qualifier: {@code +} pass, {@code -} fail, {@code ~} softfail, {@code ?} neutral. {@code all}
 * matches everybody, so that what follows it is never looked at. When nothing matches, {@code redirect=} goes on with
 * another domain's record; else the result is neutral.
 *
 * <p>One evaluation may cause at most ten look-ups ({@code include}, {@code a}, {@code mx}, {@code ptr},
 * {@code exists}, {@code redirect}), nested ones included, and two that find nothing; past that, and for any error of
 * syntax anywhere, the result is "permerror", which receivers treat as no SPF at all or as a reason to refuse.
 *
 * <p>Read here is the worst case, a sender that nothing matches: it is the one whose evaluation goes through all terms.
 */
@NullMarked
package org.hikyaku.check.auth.spf;

import org.jspecify.annotations.NullMarked;
