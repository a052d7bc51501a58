package org.hikyaku.lab;

import org.xbill.DNS.Name;

/** Name and type, as the key of what goes wrong. */
record LabQuestion(Name name, int type) {}
