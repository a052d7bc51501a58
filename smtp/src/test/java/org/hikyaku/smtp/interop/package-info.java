/**
 * Real mail servers on loopback for interoperability tests: Postfix as installed on this machine, with configuration,
 * queue and log in a folder of its own, ended with the test.
 */
@NullMarked
package org.hikyaku.smtp.interop;

import org.jspecify.annotations.NullMarked;
