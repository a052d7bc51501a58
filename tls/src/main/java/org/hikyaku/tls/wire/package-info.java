/**
 * TLS as bytes: records, handshake messages, alerts, the registries, and the key schedule.
 *
 * <p>TLS sends <em>records</em> (RFC 8446 section 5): a type, a version, a length, and a fragment. Fragments of type
 * handshake, put together, are a row of <em>handshake messages</em>; one message may span records and one record may
 * hold several messages. After key exchange the fragments are encrypted. One codec serves three readers: the prober,
 * which sends its own ClientHello and reads what comes back; the minimal client, which finishes a handshake to see
 * what is encrypted; and the decoder of captures, which reads both directions of what passed by.
 *
 * <p>Reading is forgiving about numbers (an unknown suite, extension or alert is kept as it is, GREASE of RFC 8701
 * included) and strict about lengths: bytes that do not add up are a {@link org.hikyaku.tls.wire.TlsFormatException},
 * which says what was being read and at which offset, and nothing else is ever thrown for what the other side sent.
 */
@NullMarked
package org.hikyaku.tls.wire;

import org.jspecify.annotations.NullMarked;
