/**
 * DMARC (RFC 9989; reports: RFC 9990): a domain says in a TXT record at {@code _dmarc} what receivers should do with
 * mail that carries its name in {@code From} and passes neither SPF nor DKIM for it, and where reports go.
 *
 * <p>A domain without a record is under that of its organisational domain. Which one that is, is found by walking up the
 * DNS tree: the domain itself, then its parents, eight questions at most. {@code psd=n} marks an organisational domain,
 * {@code psd=y} a public suffix, below which the organisational domain lies; without either it is the highest name that
 * has a record. The policy is {@code p} for the name that holds the record, {@code sp} for those below it and
 * {@code np} for those below it that do not exist. {@code t=y} asks to act one level milder.
 *
 * <p>An address for reports outside the organisational domain counts only when its domain agrees, by a record at
 * {@code DOMAIN._report._dmarc.THEIRS}.
 */
@NullMarked
package org.hikyaku.check.auth.dmarc;

import org.jspecify.annotations.NullMarked;
