package org.hikyaku.dns;

import org.xbill.DNS.Name;

/**
 * Why an answer is bogus.
 *
 * @param code the Extended DNS Error (RFC 8914 section 4)
 * @param zone the zone at which the chain breaks
 * @param sentence what was seen, with key tag and times: a whole sentence
 * @param mend what the zone's operator must do: a whole sentence
 */
public record BogusReason(ExtendedError code, Name zone, String sentence, String mend) {}
