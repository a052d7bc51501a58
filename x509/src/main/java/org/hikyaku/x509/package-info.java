/**
 * X.509 certificates as mail servers show them: read, described, chained, matched against names, and made.
 *
 * <p>A server proves who it is with a <em>leaf</em> certificate that binds names to a public key, signed by an
 * <em>issuer</em>, and so on up to a <em>trust anchor</em> that the verifier knows beforehand. Chains are built and
 * judged here on parsed certificates and never by the JDK's {@code CertPathValidator}, whose verdicts change with the
 * JDK's security properties. Which names count, and whether dates matter, differs by who asks (RFC 6125 DNS-IDs for
 * MTA-STS, RFC 7671 for DANE): callers ask for each separately.
 */
@NullMarked
package org.hikyaku.x509;

import org.jspecify.annotations.NullMarked;
