rule "appconfig-profile-without-validator" {
  summary   = "Configuration is rolled out without being checked"
  principle = "change"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    A comma too many or a missing key is found by the service that reads it, in production. A validator refuses the configuration before any instance
    sees it.
  MD
  fix       = "Add a `validator` with a JSON schema or a function."
  notice    = "Errors of the application rise right after AppConfig reports a deployment as COMPLETE."
  prove     = "Deploy a configuration with a missing field to a test environment: a validator refuses it before it is rolled out."
  references = [
    "AWS AppConfig User Guide: About validators",
    "AWS Config appconfig-configuration-profile-validators-not-empty",
    "AWS Well-Architected REL08-BP02",
  ]

  # Feature flags have a schema of their own.
  for_each = resources("aws_appconfig_configuration_profile")
  unless   = default(self.type, "AWS.Freeform") != "AWS.Freeform"
  when     = length(default(self.validator, [])) == 0
  at       = "validator"
  message  = "nothing checks what is rolled out by `${self}`"

  fails "left out" {
    resource "aws_appconfig_configuration_profile" "limits" {
      application_id = "abc1234"
      name           = "limits"
      location_uri   = "hosted"
    }
  }

  passes "schema" {
    resource "aws_appconfig_configuration_profile" "limits" {
      application_id = "abc1234"
      name           = "limits"
      location_uri   = "hosted"

      validator {
        type    = "JSON_SCHEMA"
        content = "{}"
      }
    }
  }

  passes "feature flags" {
    resource "aws_appconfig_configuration_profile" "flags" {
      application_id = "abc1234"
      name           = "flags"
      location_uri   = "hosted"
      type           = "AWS.AppConfig.FeatureFlags"
    }
  }

  unknown "given by the caller" {
    variable "schemas" { type = list(string) }

    resource "aws_appconfig_configuration_profile" "limits" {
      application_id = "abc1234"
      name           = "limits"
      location_uri   = "hosted"

      dynamic "validator" {
        for_each = var.schemas

        content {
          type    = "JSON_SCHEMA"
          content = validator.value
        }
      }
    }
  }
}
