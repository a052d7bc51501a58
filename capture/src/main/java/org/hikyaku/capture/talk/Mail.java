package org.hikyaku.capture.talk;

import java.util.List;

/**
 * A mail as it was sent by SMTP.
 *
 * @param from the envelope's sender, empty for bounces
 * @param recipients those that the server took
 * @param size bytes of the message, with dots unstuffed (RFC 5321 section 4.5.2)
 * @param accepted whether the server took it
 * @param complete false when bytes of it are missing, or its end
 * @param frame the packet with its end
 */
public record Mail(
        String from,
        List<String> recipients,
        long size,
        boolean encrypted,
        boolean accepted,
        boolean complete,
        long frame,
        long nanos) {}
