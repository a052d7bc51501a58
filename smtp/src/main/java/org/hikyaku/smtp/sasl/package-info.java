/**
 * SASL (RFC 4422), both sides: how a user proves who it is.
 *
 * <p>A mechanism is a short conversation. PLAIN and LOGIN hand the password over, so they belong inside TLS only.
 * CRAM-MD5 and SCRAM prove that the client knows it: the server sends something random, the client answers with a keyed
 * hash. SCRAM also lets the server prove that it knows the user, and its {@code -PLUS} forms mix in a fingerprint of
 * the TLS session (channel binding), so that whoever sits in the middle with a certificate of its own cannot pass the
 * conversation on. EXTERNAL says nothing: the TLS client certificate has spoken. XOAUTH2 and OAUTHBEARER hand over a
 * token that somebody else has issued.
 *
 * <p>The server keeps no passwords but {@link org.hikyaku.smtp.sasl.ScramKeys}: what SCRAM needs, and what a password said in PLAIN
 * or LOGIN can be held against. Whoever steals them can neither log in nor read the password, only guess it.
 *
 * <p>Nothing here knows of sockets or Base64: the messages are bytes, the protocol above carries them.
 */
@NullMarked
package org.hikyaku.smtp.sasl;

import org.jspecify.annotations.NullMarked;
