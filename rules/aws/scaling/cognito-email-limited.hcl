rule "cognito-email-limited" {
  summary    = "User pool sends mail by a sender that stops after a few"
  principle  = "scaling"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    Cognito's own sender takes a limited number of mails a day, which AWS calls too low for production. On the first busy day people
    can neither sign up nor set a new password.
  MD
  fix        = "Set `email_configuration { email_sending_account = \"DEVELOPER\" }` with an identity of Amazon SES."
  notice     = "Sign-ups fail with `LimitExceededException`, and codes do not arrive."
  prove      = "Send sixty sign-ups to a test pool in one day, and count the mails."
  references = ["AWS Well-Architected REL01-BP01", "Amazon Cognito: email configuration of user pools"]

  locals {
    mails = concat(
      default(self.auto_verified_attributes, []),
      default(self.username_attributes, []),
      [for m in default(self.account_recovery_setting[0].recovery_mechanism, []) : "email" if m.name == "verified_email"],
    )
    # A function may send them instead.
    custom = length(default(self.lambda_config[0].custom_email_sender, [])) > 0
  }

  # Where people cannot sign up by themselves, there are few mails.
  for_each = resources("aws_cognito_user_pool")
  unless   = local.custom || self.admin_create_user_config[0].allow_admin_create_user_only == true || !contains(local.mails, "email")
  when     = default(self.email_configuration[0].email_sending_account, "COGNITO_DEFAULT") == "COGNITO_DEFAULT"
  at       = "email_configuration"
  message  = "`${self}` confirms people by mail, and stops when the few mails that Cognito allows in a day are sent"

  fails "left out" {
    resource "aws_cognito_user_pool" "customers" {
      name                     = "customers"
      auto_verified_attributes = ["email"]
    }
  }

  passes "SES" {
    resource "aws_cognito_user_pool" "customers" {
      name                     = "customers"
      auto_verified_attributes = ["email"]

      email_configuration {
        email_sending_account = "DEVELOPER"
        source_arn            = "arn:aws:ses:eu-west-1:111122223333:identity/shop.example"
      }
    }
  }

  passes "a function sends them" {
    resource "aws_cognito_user_pool" "customers" {
      name                     = "customers"
      auto_verified_attributes = ["email"]

      lambda_config {
        kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d"

        custom_email_sender {
          lambda_arn     = "arn:aws:lambda:eu-west-1:111122223333:function:mail"
          lambda_version = "V1_0"
        }
      }
    }
  }

  passes "colleagues, whom somebody invites" {
    resource "aws_cognito_user_pool" "staff" {
      name                     = "staff"
      auto_verified_attributes = ["email"]

      admin_create_user_config {
        allow_admin_create_user_only = true
      }
    }
  }

  passes "no mail at all" {
    resource "aws_cognito_user_pool" "machines" {
      name = "machines"
    }
  }

  unknown "sender is given by the caller" {
    variable "sender" { type = string }

    resource "aws_cognito_user_pool" "customers" {
      name                     = "customers"
      auto_verified_attributes = ["email"]

      email_configuration {
        email_sending_account = var.sender
      }
    }
  }
}
