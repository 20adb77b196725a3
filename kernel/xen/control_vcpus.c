/* cpu/N/availability: "xl vcpu-set". See kernel/xen/control.h. */
#include <kernel/xen/control.h>

#include <stardust/bytes.h>
#include <stardust/cpu.h>
#include <stardust/print.h>
#include <stardust/vcpu_plug.h>

static bool is_word(const char *text, unsigned length, const char *word)
{
    return string_length(word, length + 1) == length && memcmp(text, word, length) == 0;
}

static void change(unsigned number, bool up)
{
    int error = up ? vcpu_plug(number) : vcpu_unplug(number);

    if (error == 0) {
        print("vCPU %u is %s\n", number, up ? "online" : "offline");
    } else {
        print("vCPU %u cannot go %s: error %d\n", number, up ? "online" : "offline", error);
    }
}

static void look(unsigned number)
{
    char path[32], text[16];
    unsigned length;
    bool online = (cpus_online >> number & 1) != 0;

    format_text(path, sizeof path, "cpu/%u/availability", number);
    length = control_read(path, text, sizeof text);
    if (!online && is_word(text, length, "online")) {
        change(number, true);
    } else if (online && is_word(text, length, "offline")) {
        change(number, false);
    }
}

void control_vcpus(void)
{
    for (unsigned number = 0; number < CPUS_MAX && cpus[number] != NULL; number++) {
        look(number);
    }
}
