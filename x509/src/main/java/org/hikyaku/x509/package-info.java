/**
 * X.509 certificates as mail servers show them: read, described, chained, matched against names, and made.
 *
 * <p>A server proves who it is with a <em>leaf</em> certificate that binds names to a public key, signed by an
 * <em>issuer</em>, and so on up to a <em>trust anchor</em> that the verifier knows beforehand. Chains are built and
 * judged here on parsed certificates and never by the JDK's {@code CertPathValidator}, whose verdicts change with the
 * JDK's security properties. Which names count, and whether dates matter, differs by who asks (RFC 6125 DNS-IDs for
 * MTA-STS, RFC 7671 for DANE): callers ask for each separately.
 *
 * <p>{@link org.hikyaku.x509.PathFinder} searches for a path to {@link org.hikyaku.x509.TrustAnchors}, {@link
 * org.hikyaku.x509.NameMatch} compares names, {@link org.hikyaku.x509.ChainShape} says how well a server put its chain
 * together, {@link org.hikyaku.x509.Pem} reads files, and {@link org.hikyaku.x509.CertificateMaker} makes certificates,
 * good ones and flawed ones. {@link org.hikyaku.x509.SignatureVerifier} is the one place that chooses who does the
 * arithmetic.
 */
@NullMarked
package org.hikyaku.x509;

import org.jspecify.annotations.NullMarked;
