/**
 * What a process needs to be a good service of its machine: it says when it is ready (systemd's protocol and a page over
 * HTTP), counts what happens, writes one line per delivery, and knows as whom it runs.
 */
@NullMarked
package org.hikyaku.relay.service;

import org.jspecify.annotations.NullMarked;
