/* The machine's own time: see virtual_time.h. Its clock with a battery began at QEMU's `-rtc base=`, and counts virtual time. */
#include "virtual_time.h"

#include <time.h>

enum { ANSWER_SECONDS = 5 };

static int field(const cJSON *date, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(date, name);

    return cJSON_IsNumber(item) ? item->valueint : 0;
}

static time_t seconds_of(const cJSON *date)
{
    struct tm tm = {.tm_sec = field(date, "tm_sec"),
                    .tm_min = field(date, "tm_min"),
                    .tm_hour = field(date, "tm_hour"),
                    .tm_mday = field(date, "tm_mday"),
                    .tm_mon = field(date, "tm_mon"),
                    .tm_year = field(date, "tm_year")};

    return timegm(&tm);
}

double virtual_time(struct qmp *q, struct events *e)
{
    struct tm began = {.tm_year = VIRTUAL_BEGAN_YEAR - 1900, .tm_mday = 1};
    cJSON *question = cJSON_CreateObject(), *date = NULL;
    double seconds = -1;

    cJSON_AddStringToObject(question, "path", "/machine");
    cJSON_AddStringToObject(question, "property", "rtc-time");
    if (qmp_command(q, e, ANSWER_SECONDS, "qom-get", question, &date) == 0) {
        seconds = difftime(seconds_of(date), timegm(&began));
    }
    cJSON_Delete(date);
    return seconds;
}
