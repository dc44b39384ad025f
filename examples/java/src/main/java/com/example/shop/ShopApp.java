package com.example.shop;

import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;

public final class ShopApp {
    public static void main(final String[] args) {
        App app = new App();
        StackProps props = StackProps.builder()
                .env(Environment.builder().account("123456789012").region("eu-west-1").build())
                .build();

        ImagesStack images = new ImagesStack(app, "Images", props);
        RegistryStack registry = new RegistryStack(app, "Registry", props);
        new ServicesStack(app, "Services", props, images.getShop(), registry.getDockerHub());
        app.synth();
    }
}
