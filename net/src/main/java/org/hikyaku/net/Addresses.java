package org.hikyaku.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as people write them: {@code 192.0.2.1:25}, {@code [2001:db8::1]:25}. */
public final class Addresses {
    private Addresses() {}

    public static String text(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            return address.getHostString() + ":" + address.getPort();
        }
        return ip instanceof Inet6Address
                ? "[" + text(ip) + "]:" + address.getPort()
                : text(ip) + ":" + address.getPort();
    }

    /** The address alone, IPv6 in the short form of RFC 5952. */
    public static String text(InetAddress address) {
        return address instanceof Inet6Address v6 ? shortForm(v6.getAddress()) : address.getHostAddress();
    }

    /** RFC 5952 section 4: lower case, no leading zeros, the longest run of two or more zero groups as {@code ::}. */
    private static String shortForm(byte[] bytes) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ((bytes[2 * i] & 0xFF) << 8) | (bytes[2 * i + 1] & 0xFF);
        }
        int from = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                from = i;
                length = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == from) {
                text.append("::");
                i += length - 1;
            } else {
                if (i > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
