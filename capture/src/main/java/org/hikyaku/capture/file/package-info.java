/**
 * Capture files: pcap (both byte orders, micro- and nanoseconds) and pcapng (sections, interfaces, secrets), plain or
 * compressed with gzip or zstd, from a file or from a stream that still grows.
 */
@NullMarked
package org.hikyaku.capture.file;

import org.jspecify.annotations.NullMarked;
