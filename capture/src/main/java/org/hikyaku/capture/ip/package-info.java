/**
 * From frames to TCP segments: link layers, IPv4 and IPv6 with their fragments and extension headers. Nothing is copied
 * but fragments; a frame that makes no sense is counted and passed over.
 */
@NullMarked
package org.hikyaku.capture.ip;

import org.jspecify.annotations.NullMarked;
