# Applications: apps/NAME/*.c and the kernel become build/apps/NAME.elf.
APPLICATIONS := $(patsubst apps/%/,%,$(sort $(dir $(wildcard apps/*/*.c))))
APP ?= tour

APP_CFLAGS = $(LIBC_CFLAGS) $(LEVEL_DEFINES)

$(KERNEL_BUILD)/apps/%.c.o: apps/%.c | $(BUILD)/xen/headers.stamp $(NEWLIB)/complete
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KERNEL_CC) $(APP_CFLAGS) -MMD -MP -c $< -o $@

# The name by which the application knows itself: argv[0].
$(KERNEL_BUILD)/apps/%/name.o:
	@mkdir -p $(@D)
	$(Q)printf 'extern const char application_name[];\nconst char application_name[] = "%s";\n' '$*' | \
	    $(KERNEL_CC) $(KERNEL_CFLAGS) -x c -c - -o $@

# $(call app_objects,NAME)
app_objects = $(patsubst %,$(KERNEL_BUILD)/%.o,$(wildcard apps/$(1)/*.c)) $(KERNEL_BUILD)/apps/$(1)/name.o

define app_image
$(IMAGES)/$(1).elf: $(call app_objects,$(1)) $(KERNEL_ARCHIVE) $(LIBC_OBJECTS) $(KERNEL_SCRIPT) \
    kernel/cpu/symbols.awk $(NEWLIB)/complete
	@mkdir -p $$(@D)
	$$(call say,LINK,$$@)
	$$(call link_image,$$@,$(call app_objects,$(1)) $(LIBC_OBJECTS) $(KERNEL_ARCHIVE) $$(LIBC_LIBRARIES))
-include $(patsubst %.o,%.d,$(call app_objects,$(1)))
endef
$(foreach app,$(APPLICATIONS),$(eval $(call app_image,$(app))))

apps: $(patsubst %,$(IMAGES)/%.elf,$(APPLICATIONS)) ## Build every application's image
.PHONY: apps

VCPUS ?= 4
MEMORY ?= 64
CMDLINE ?=
MODE ?= domain

run: app-known mode-known $(IMAGES)/$(APP).elf rig-ready-$(filter direct domain,$(MODE)) ## Boot the kernel with APP=tour on Xen (MODE=direct: without Linux; VCPUS= MEMORY= CMDLINE=)
	@$(BUILD)/bin/rig $(MODE) --vcpus=$(VCPUS) --memory=$(MEMORY) --cmdline='$(CMDLINE)' \
	    $$([ $(MODE) != domain ] || [ ! -t 0 ] || echo --input=-) $(RIG_OPTIONS) $(IMAGES)/$(APP).elf

app-known:
	@case ' $(APPLICATIONS) ' in *' $(APP) '*) ;; *) \
	    echo "make: there is no APP=$(APP); there are: $(APPLICATIONS)" >&2; exit 2 ;; esac

mode-known:
	@case '$(MODE)' in direct|domain) ;; *) \
	    echo "make: there is no MODE=$(MODE); there are: direct domain" >&2; exit 2 ;; esac
.PHONY: run app-known mode-known
