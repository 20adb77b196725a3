#define start_info_read read_honestly
